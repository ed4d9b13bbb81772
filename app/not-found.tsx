import Link from "next/link";
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
			There is no page at this address. It may have been deleted or renamed.
		</EmptyState>
	);
}
