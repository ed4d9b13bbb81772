import type { Metadata } from "next";
import { signedIn } from "#app/access/signed-in.ts";
import { SearchView } from "#components/search/search-view.tsx";

export const metadata: Metadata = { title: "Search" };

export default async function SearchPage() {
	await signedIn();
	return <SearchView />;
}
