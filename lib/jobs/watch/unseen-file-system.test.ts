import { expect, test } from "vitest";
import { unseenFileSystem } from "./watch-source.ts";

const mountinfo = String.raw`22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
30 22 0:30 / /data rw shared:2 - xfs /dev/sdb1 rw
31 30 0:31 / /data/share rw shared:3 - nfs4 server:/export rw,addr=10.0.0.1
32 22 0:32 / /mnt/two\040words rw - cifs //server/share rw
33 22 0:33 / /mnt/ssh rw - fuse.sshfs eo@host: rw
34 22 0:34 / /twice rw - nfs server:/a rw
35 34 0:35 / /twice rw - tmpfs tmpfs rw
`;

test.each([
	["/home/eo", null],
	["/data", null],
	["/data/shared", null],
	["/data/share", "nfs4"],
	["/data/share/meris/2010", "nfs4"],
	["/mnt/two words/x", "cifs"],
	["/mnt/ssh/archive", "fuse.sshfs"],
	["/twice/a", null],
])("%s: %s", (path, expected) => {
	expect(unseenFileSystem(mountinfo, path)).toBe(expected);
});
