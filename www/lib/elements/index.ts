// stagebook/elements: the classes. Importing them defines nothing; stagebook/elements/define does.
import { StagebookActivities } from "./activities/activities.js";
import { StagebookActivityForm } from "./activity-form/activity-form.js";
import { StagebookHistory } from "./history/history.js";
import { StagebookInsights } from "./insights/insights.js";
import { StagebookLog } from "./log/log.js";
import { StagebookPanel } from "./panel/panel.js";
import { StagebookStagePath } from "./stage-path/stage-path.js";
import { StagebookSyncStatus } from "./sync-status/sync-status.js";
import { StagebookTasks } from "./tasks/tasks.js";

export { StagebookActivities, StagebookActivityForm, StagebookHistory, StagebookInsights, StagebookLog, StagebookPanel, StagebookStagePath, StagebookSyncStatus, StagebookTasks };
export type { Act, ActEvents, Acts, ContactElement, DownloadFormat, StagebookElement, StagebookEventMap, StagebookTags } from "./public.js";

/** The elements by the names that they have in a page. */
export const elements = {
  "stagebook-panel": StagebookPanel,
  "stagebook-stage-path": StagebookStagePath,
  "stagebook-activity-form": StagebookActivityForm,
  "stagebook-activities": StagebookActivities,
  "stagebook-log": StagebookLog,
  "stagebook-history": StagebookHistory,
  "stagebook-tasks": StagebookTasks,
  "stagebook-insights": StagebookInsights,
  "stagebook-sync-status": StagebookSyncStatus,
} as const;

/** Defines them all. A name that is taken stays as it is: two copies of the package share a page. */
export function define(): void {
  const registry = globalThis.customElements;
  if (!registry) return;
  for (const [name, element] of Object.entries(elements)) if (!registry.get(name)) registry.define(name, element);
}
