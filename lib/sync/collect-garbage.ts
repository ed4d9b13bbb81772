import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

type CollectGarbage = (options: {
	readonly type: "major";
	readonly execution: "sync";
	readonly flavor: "last-resort";
}) => void;

/**
 * Collects the garbage that a phase has left behind, and gives its memory back to the system. By itself V8 collects it only when as much
 * again was used, and gives memory back hardly ever: threads that start next would need theirs on top of it. It takes some tens of milliseconds.
 */
export function collectGarbage(): void {
	setFlagsFromString("--expose-gc");
	const collect = runInNewContext("gc") as CollectGarbage;
	collect({ type: "major", execution: "sync", flavor: "last-resort" });
}
