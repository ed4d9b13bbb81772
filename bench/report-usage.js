import { writeFileSync } from "node:fs";

/** Imported first by a measured process: at its end it reports the resources it used, all its threads together. JavaScript, like the modules it is imported before. */
process.on("exit", () => {
	const file = process.env.EOSYNC_BENCH_USAGE;
	const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
	if (file === undefined) return;
	writeFileSync(
		file,
		JSON.stringify({ peakMegabytes: maxRSS / 1024, cpuSeconds: (userCPUTime + systemCPUTime) / 1e6 }),
	);
});
