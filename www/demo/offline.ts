// The page without a network: a service worker keeps its files (service-worker.ts). The book needs none, it is in the browser.

/** A browser that has none, or forbids it, shows the page all the same. */
export async function keepForOffline(): Promise<void> {
  try {
    await navigator.serviceWorker?.register(scriptUrl("service-worker.js"), { type: "classic" });
  } catch (error) {
    console.info("No service worker:", error);
  }
}

interface Policies {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): { createScriptURL(url: string): string };
}

/** Where a policy asks for Trusted Types, the address of a script must be one. */
function scriptUrl(url: string): string {
  const { trustedTypes } = globalThis as { trustedTypes?: Policies };
  return trustedTypes?.createPolicy("stagebook-demo", { createScriptURL: (given) => given }).createScriptURL(url) ?? url;
}
