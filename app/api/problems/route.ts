import { answer } from "#app/api/answer.ts";
import { causesNow } from "./causes-now.ts";

export async function GET(): Promise<Response> {
	return answer(causesNow);
}
