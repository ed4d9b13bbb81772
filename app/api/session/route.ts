import { answer } from "#app/api/answer.ts";

/** Who is signed in; 401 when no user is. */
export async function GET(): Promise<Response> {
	return answer(async ({ name, role }) => ({ name, role }));
}
