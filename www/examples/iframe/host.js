// In the host: puts the panel's page into a frame and tells it which contact is open.
const PANEL = new URL(document.documentElement.dataset.panel ?? "https://panel.example.com/");
const frame = document.querySelector("iframe");
frame.src = PANEL.href;

const show = (contactId) => frame.contentWindow.postMessage({ type: "contact", contactId }, PANEL.origin);

addEventListener("message", ({ origin, source, data }) => {
  if (origin !== PANEL.origin || source !== frame.contentWindow) return;
  if (data.type === "ready") show(frame.dataset.contact);
  if (data.type === "height") frame.height = data.height;
  if (data.type === "saved") document.querySelector("output").value = `Saved: ${data.saved}`;
});
