import { loadPackageDefinition, Server, ServerCredentials, type ServiceDefinition, status } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import type { createProvider } from './provider';

/** Terraform sends flows and workflows in one message each. */
const MAX_MESSAGE_BYTES = 64 * 1024 * 1024;
const empty = { serialize: () => Buffer.alloc(0), deserialize: () => ({}) };
/** How a plugin is told to end: https://github.com/hashicorp/go-plugin/blob/main/internal/plugin/grpc_controller.proto */
const CONTROLLER: ServiceDefinition = {
  Shutdown: {
    path: '/plugin.GRPCController/Shutdown',
    requestStream: false,
    responseStream: false,
    requestSerialize: empty.serialize,
    requestDeserialize: empty.deserialize,
    responseSerialize: empty.serialize,
    responseDeserialize: empty.deserialize,
  },
};

/**
 * Serves the provider on a loopback port.
 * @param protocolFile the file tfplugin5.proto
 * @param onShutdown after Terraform said that it is done
 * @returns where it listens, `127.0.0.1:<port>`
 */
export async function serveProvider(
  provider: ReturnType<typeof createProvider>,
  protocolFile: string,
  onShutdown: () => void,
): Promise<string> {
  const definition = loadSync(protocolFile, { keepCase: true, longs: Number, enums: Number, defaults: true });
  const { tfplugin5 } = loadPackageDefinition(definition) as unknown as {
    tfplugin5: { Provider: { service: ServiceDefinition } };
  };
  const server = new Server({ 'grpc.max_receive_message_length': MAX_MESSAGE_BYTES });
  type Callback = (error: object | null, answer?: object) => void;
  const calls = Object.entries(provider).map(([name, call]) => [
    name,
    async ({ request }: { request: never }, callback: Callback) => {
      try {
        callback(null, await call(request));
      } catch (error) {
        callback({ code: status.INTERNAL, details: String(error) });
      }
    },
  ]);
  server.addService(tfplugin5.Provider.service, Object.fromEntries(calls));
  server.addService(CONTROLLER, {
    Shutdown: (_call: unknown, callback: Callback) => {
      callback(null, {});
      server.tryShutdown(onShutdown);
    },
  });
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    ),
  );
  return `127.0.0.1:${port}`;
}
