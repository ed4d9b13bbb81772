import { writeFileSync } from "node:fs";

/** Imported first by a process that is measured: at its end it tells what it used, all its threads together. JavaScript, as what it is imported before. */
process.on("exit", () => {
	const file = process.env.EOSYNC_BENCH_USAGE;
	const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
	if (file === undefined) return;
	writeFileSync(
		file,
		JSON.stringify({ peakMegabytes: maxRSS / 1024, cpuSeconds: (userCPUTime + systemCPUTime) / 1e6 }),
	);
});
