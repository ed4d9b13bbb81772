import { Kbd } from "#components/ui/kbd.tsx";

const shortcutHelp: readonly {
	readonly keys: readonly string[];
	readonly does: string;
	readonly where: string;
}[] = [
	{
		keys: ["Ctrl", "K"],
		does: "Command menu: actions of this page, containers, runs, views, pages",
		where: "Everywhere",
	},
	{ keys: ["?"], does: "This help", where: "Everywhere" },
	{ keys: ["/"], does: "Search", where: "Lists" },
	{ keys: ["j"], does: "Next row", where: "Lists" },
	{ keys: ["k"], does: "Previous row", where: "Lists" },
	{ keys: ["Enter"], does: "Open the row", where: "Lists" },
	{ keys: ["n"], does: "Open the next change", where: "Changes, differences of targets" },
	{ keys: ["p"], does: "Open the previous change", where: "Changes, differences of targets" },
	{ keys: ["v"], does: "Mark the folder as viewed", where: "Changes" },
	{ keys: ["x"], does: "Select the row", where: "Containers" },
	{ keys: ["c"], does: "Check the row, or all that are selected if it is one of them", where: "Containers" },
	{ keys: ["s"], does: "Sync the row, or all that are selected if it is one of them", where: "Containers" },
	{ keys: ["Esc"], does: "Close, or clear the selection", where: "Everywhere" },
];

/** What `?` and the settings page show. */
export function ShortcutList() {
	return (
		<dl className="grid grid-cols-[auto_1fr_auto] items-center gap-x-4 gap-y-1.5">
			{shortcutHelp.map(({ keys, does, where }) => (
				<div key={does} className="contents">
					<dt className="flex gap-1">
						{keys.map((key) => (
							<Kbd key={key}>{key}</Kbd>
						))}
					</dt>
					<dd>{does}</dd>
					<dd className="text-faint text-fine">{where}</dd>
				</div>
			))}
		</dl>
	);
}
