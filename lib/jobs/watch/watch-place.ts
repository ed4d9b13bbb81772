/** Whether the kernel of this machine sees all changes below a folder. Pure. */

/**
 * File systems whose changes others make are seen by those others only: network shares, and whatever a program of its own
 * serves.
 */
const elsewhere =
	/^(?:nfs4?|cifs|smb3?|smbfs|9p|afs|ceph|lustre|gpfs|glusterfs|beegfs|beegfs_nodev|ocfs2|gfs2|orangefs|pvfs2|virtiofs|vboxsf|vmhgfs|davfs|coda|ncpfs|panfs|fuse(?:\..*)?)$/;

/**
 * The type of a file system that cannot be watched on which an absolute path lies, by `/proc/self/mountinfo` (proc(5));
 * null: it can be. The path is not touched, so that a share that hangs makes nobody wait.
 */
export function unseenFileSystem(mountinfo: string, path: string): string | null {
	let nearest = { point: "", type: "" };
	for (const line of mountinfo.split("\n")) {
		const [left = "", right = ""] = line.split(" - ");
		const point = plain(left.split(" ")[4] ?? "");
		const type = right.split(" ")[0] ?? "";
		const isAbove = point === "/" || path === point || path.startsWith(`${point}/`);
		// Of two mounts at one place the later one is what is seen.
		if (point !== "" && isAbove && point.length >= nearest.point.length) nearest = { point, type };
	}
	return elsewhere.test(nearest.type) ? nearest.type : null;
}

/** White space and backslashes are written in octal. */
function plain(text: string): string {
	return text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}
