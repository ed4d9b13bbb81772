/** Names of files and folders that any file system and any web server takes, made of IDs that may have anything in them. Pure. */

const sound = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}$/;
/** IDs that differ only in case are one name on many disks: those with small letters get their number. */
const small = /[a-z]/;
/** What a folder has beside them. */
const taken = /^(catalog|collection|items)(\.|$)/i;
/** Windows has devices of these names, whatever follows the dot. */
const device = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/** The ID itself where it can be a name; else what of it can, and a number that no other has. */
export function fileNameOf(id: string, number: number): string {
	if (sound.test(id) && !small.test(id) && !device.test(id) && !taken.test(id) && !id.endsWith(".")) return id;
	const readable = id.replace(/[^A-Za-z0-9_-]+/g, "_").slice(0, 60);
	return `${readable}~${number}`;
}
