/**
 * How Node runs a process that syncs; `launch.js` has the same in its first line. A run makes much garbage and little that
 * lasts: room for more of it makes the process larger, not faster. Without the second one a folder of 200,000 files left
 * behind a limit at which nothing was cleared away up to three times of what was in use. The third one: where threads read, four
 * more that clear away and compile for them took a tenth of the work, mostly by waiting for each other.
 */
export const nodeFlags = ["--max-semi-space-size=4", "--heap-growing-percent=60", "--v8-pool-size=1"] as const;
