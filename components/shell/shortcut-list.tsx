import { Kbd } from "../ui/kbd.tsx";
import { shortcutHelp } from "./shortcuts.ts";

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
