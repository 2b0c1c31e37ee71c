import path from 'node:path';
import { createProvider } from './provider';
import { serveProvider } from './serve';
import { startProblem } from './start-problem';

/** The process that Terraform starts. Its first line says where it listens, or why it does not. */
async function main(): Promise<void> {
  const problem = startProblem(process.env);
  if (problem !== undefined) {
    console.log(problem);
    process.exitCode = 1;
    return;
  }
  // Terraform decides when to stop; the terminal sends the signal to both.
  process.on('SIGINT', () => {});
  const provider = createProvider(process.env.TWILIO_STUB_URL!, process.env);
  const address = await serveProvider(provider, path.join(__dirname, 'tfplugin5.proto'), () => process.exit(0));
  // Version of go-plugin's own protocol, of Terraform's, network, address, transport.
  console.log(`1|5|tcp|${address}|grpc`);
}

void main();
