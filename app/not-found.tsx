import Link from "next/link";
import { MissingPage } from "#components/shell/missing-page.tsx";
import { Button } from "#components/ui/button.tsx";
import { EmptyState } from "#components/ui/states/empty-state.tsx";

export default function NotFound() {
	return (
		<EmptyState
			page
			title="Not found"
			action={
				<Button asChild>
					<Link href="/containers">All containers</Link>
				</Button>
			}
		>
			<MissingPage />
			There is no page at this address. It may have been deleted or renamed.
		</EmptyState>
	);
}
