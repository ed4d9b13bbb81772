/** What `eosync doctor` found out about one thing. */
export interface Finding {
	/** Short and stable, for scripts: `database`, `storage archive`. */
	readonly check: string;
	readonly status: "ok" | "warn" | "fail";
	/** One sentence: how it is. */
	readonly message: string;
	/** What to do; null where there is nothing to do. */
	readonly advice: string | null;
}

export const ok = (check: string, message: string): Finding => ({ check, status: "ok", message, advice: null });
export const warn = (check: string, message: string, advice: string): Finding => ({
	check,
	status: "warn",
	message,
	advice,
});
export const fail = (check: string, message: string, advice: string): Finding => ({
	check,
	status: "fail",
	message,
	advice,
});
