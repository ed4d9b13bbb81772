import { signedIn } from "#app/access/signed-in.ts";
import { SearchView } from "#components/search/search-view.tsx";

export default async function SearchPage() {
	await signedIn();
	return <SearchView />;
}
