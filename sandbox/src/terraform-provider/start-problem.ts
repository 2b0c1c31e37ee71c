/** What go-plugin, Terraform's way to start a provider, sets: https://github.com/hashicorp/terraform/blob/main/internal/plugin/serve.go */
const COOKIE = 'd602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2';
const LOOPBACK = /^http:\/\/(127\.0\.0\.1|localhost|\[::1\]):\d+$/;

/** @returns why the stand-in must not start with this environment, as one line; undefined when it may */
export function startProblem(environment: NodeJS.ProcessEnv): string | undefined {
  if (environment.TF_PLUGIN_MAGIC_COOKIE !== COOKIE) return 'This is a provider for Terraform, which starts it.';
  if (!LOOPBACK.test(environment.TWILIO_STUB_URL ?? ''))
    return "This stand-in of Twilio's provider never talks to Twilio: set TWILIO_STUB_URL to a sandbox on this machine.";
  if (environment.PLUGIN_CLIENT_CERT) return 'This stand-in speaks without TLS: set TF_DISABLE_PLUGIN_TLS=1.';
  return undefined;
}
