/**
 * How Node runs a process that syncs; `launch.js` has the same in its first line. A run makes much garbage and little that
 * lasts: room for more of it makes the process larger, not faster. Without the second one a folder of 200,000 files left
 * behind a limit at which nothing was cleared away up to three times of what was in use.
 */
export const nodeFlags = ["--max-semi-space-size=4", "--heap-growing-percent=60"] as const;
