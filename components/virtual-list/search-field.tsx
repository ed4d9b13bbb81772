"use client";

import { Search } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { usePageActions } from "#components/shell/page-actions.ts";
import { useShortcuts } from "#components/shell/shortcuts.ts";
import { Input } from "#components/ui/form/input.tsx";

interface SearchFieldProps {
	readonly label: string;
	readonly placeholder: string;
	readonly search: string;
	/** `/` and the command menu come here; one field of a page. */
	readonly shortcut?: boolean;
	/** After a pause in typing, or when the field is left. */
	readonly onSearch: (search: string) => void;
}

const pause = 250;

/** A search that the server answers; `/` comes here, Esc empties and leaves it. */
export function SearchField({ label, placeholder, search, shortcut = true, onSearch }: SearchFieldProps) {
	const field = useRef<HTMLInputElement>(null);
	const waiting = useRef<ReturnType<typeof setTimeout>>(undefined);
	const [typed, setTyped] = useState(search);
	const focus = () => field.current?.focus();
	useShortcuts(shortcut ? { "/": focus } : {});
	usePageActions(shortcut ? [{ label, icon: <Search />, go: focus }] : []);
	// A space at the end is the beginning of a further word.
	useEffect(() => setTyped((before) => (before.trim() === search ? before : search)), [search]);
	useEffect(() => () => clearTimeout(waiting.current), []);

	function type(text: string) {
		setTyped(text);
		clearTimeout(waiting.current);
		waiting.current = setTimeout(() => ask(text), pause);
	}
	function ask(text: string) {
		clearTimeout(waiting.current);
		waiting.current = undefined;
		onSearch(text.trim());
	}

	return (
		<Input
			ref={field}
			type="search"
			aria-label={label}
			placeholder={placeholder}
			value={typed}
			className="w-44! sm:w-60!"
			onChange={(event) => type(event.target.value)}
			// What is pressed next, *Show all* for instance, counts after it.
			onBlur={(event) => waiting.current !== undefined && ask(event.target.value)}
			onKeyDown={(event) => {
				if (event.key !== "Escape") return;
				setTyped("");
				ask("");
				event.currentTarget.blur();
			}}
		/>
	);
}
