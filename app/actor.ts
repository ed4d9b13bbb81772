/** Who asks; every server action calls it before it does anything. Until there is sign-in it is the dashboard itself. */
export async function actor(): Promise<string> {
	return "dashboard";
}
