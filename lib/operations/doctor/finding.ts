/** The result of one check of `eosync doctor`. */
export interface Finding {
	/** Short and stable, for scripts: `database`, `storage archive`. */
	readonly check: string;
	readonly status: "ok" | "warn" | "fail";
	/** The state, in one sentence. */
	readonly message: string;
	/** The remedy; null where none is needed. */
	readonly advice: string | null;
}

export const ok = (check: string, message: string): Finding => ({ check, status: "ok", message, advice: null });
export const warning = (check: string, message: string, advice: string): Finding => ({
	check,
	status: "warn",
	message,
	advice,
});
export const failure = (check: string, message: string, advice: string): Finding => ({
	check,
	status: "fail",
	message,
	advice,
});
