/** Whether a process with this number runs, whichever user owns it. */
export function isAlive(pid: number): boolean {
	try {
		return pid > 0 && process.kill(pid, 0);
	} catch (error) {
		return codeOf(error) === "EPERM";
	}
}

/**
 * Sends a signal to a process, or to the process group of a negative number.
 * False: there is none any more. It can end at any moment, so this cannot be known beforehand.
 *
 * @throws whatever else the system answers, as EPERM for a process of another user.
 */
export function signalProcess(pid: number, signal: NodeJS.Signals): boolean {
	try {
		return process.kill(pid, signal);
	} catch (error) {
		if (codeOf(error) === "ESRCH") return false;
		throw error;
	}
}

const codeOf = (error: unknown) => (error instanceof Error && "code" in error ? error.code : undefined);
