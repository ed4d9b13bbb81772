import { Search } from "lucide-react";
import { Button } from "#components/ui/button.tsx";
import { Kbd } from "#components/ui/kbd.tsx";

/** Opens the command menu; for those who do not know the key yet. */
export function SearchButton({ onClick }: { readonly onClick: () => void }) {
	return (
		<Button onClick={onClick} className="text-muted! px-2! sm:pr-1!">
			<Search aria-hidden />
			<span className="sr-only md:not-sr-only">Go to…</span>
			<span aria-hidden className="hidden gap-0.5 md:flex">
				<Kbd>Ctrl</Kbd>
				<Kbd>K</Kbd>
			</span>
		</Button>
	);
}
