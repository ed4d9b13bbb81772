/** vsftpd reports success by code and failure in words. */
const failed = /fail|error|denied/i;
/**
 * Not all of the folder was sent. Pure-FTPd ends every listing at 10,000 entries (`LimitRecursion`) and says so in the language
 * it was built for; the other words are those of servers that have a limit as well.
 */
const cutOff = new RegExp(
	[
		"truncat|tronqu|troncato|truncada|trunchiat|beschr(ä|\uFFFD)nkt|afgekort|avkortet|afrundet|skraten|shkurtuar|je t'en file",
		"incomplete|partial|abort|omitted|exceed|too many|not all|(only|just) the first|stopped (at|after)",
		"(limit|maximum)( of [\\d,.]+( \\w+)?)?( was| is| has been)? reached|limited to|up to [\\d,.]+ (entries|files|matches)",
	].join("|"),
	"i",
);

/**
 * Says what is wrong with a listing by the server's final reply: 226 says that the transfer ended, not that all of the folder
 * was sent. null: nothing is wrong.
 * @param lines that came; null where the server is not known to count these
 */
export function faultOfFinalReply(reply: string, lines: number | null): "forbidden" | "incomplete" | null {
	if (cutOff.test(reply)) return "incomplete";
	if (failed.test(reply)) return "forbidden";
	const counted = /\b(\d+) matches total/.exec(reply)?.[1];
	return counted !== undefined && lines !== null && Number(counted) !== lines ? "incomplete" : null;
}
