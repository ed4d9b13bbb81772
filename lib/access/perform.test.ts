import { expect, it } from "vitest";
import { type Caller, perform } from "./perform.ts";
import { leastRoles, type Permission, type Role, roles } from "./permissions.ts";

const caller = (role: Role): Caller => ({ id: "1", name: "Ada", role, address: null, session: "s" });

it.each(Object.keys(leastRoles) as Permission[])("%s is done for its role and higher ones only", async (permission) => {
	for (const role of [null, ...roles]) {
		let done = 0;
		const outcome = perform(role && caller(role), permission, async ({ name }) => {
			done += 1;
			return name;
		});
		const allowed = role !== null && roles.indexOf(role) >= roles.indexOf(leastRoles[permission]);
		if (allowed) expect(await outcome).toBe("Ada");
		else await expect(outcome).rejects.toMatchObject({ code: role === null ? "signed-out" : "forbidden" });
		expect(done).toBe(allowed ? 1 : 0);
	}
});

it("says what it takes", async () => {
	await expect(perform(caller("viewer"), "runs.approve", async () => {})).rejects.toThrow(
		"This takes the role operator; you are a viewer. Ask an administrator.",
	);
});
