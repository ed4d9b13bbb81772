"use client";

import { useState } from "react";
import { useAllContainers } from "#components/containers/use-containers.ts";
import { Button } from "#components/ui/button.tsx";
import { Field } from "#components/ui/form/field.tsx";
import { Input } from "#components/ui/form/input.tsx";
import { Menu, MenuItem } from "#components/ui/menu.tsx";
import type { Asked, unasked } from "./use-search.ts";

interface SearchFiltersProps {
	readonly asked: Asked;
	/** Why it cannot be answered; null: it can. */
	readonly error: string | null;
	readonly onAsk: (asked: Partial<Asked>) => void;
}

const examples = [
	"platform = 'Sentinel-2A'",
	"cloudCover < 10",
	"productType LIKE 'S2MSI%'",
	"orbitNumber BETWEEN 20000 AND 30000",
	"created >= DATE('2026-01-01')",
];

/** What is asked for: taken over by Enter, or when a field is left. */
export function SearchFilters({ asked, error, onAsk }: SearchFiltersProps) {
	const containers = useAllContainers();
	const errorOf = (field: keyof Asked) => {
		if (error?.startsWith(`${field}:`)) return error.slice(field.length + 2);
		return error?.startsWith(`There is no ${field} `) ? error : undefined;
	};
	const fields = { asked, onAsk, errorOf };
	return (
		<form
			aria-label="What to search for"
			className="grid grid-cols-2 gap-x-3 gap-y-2 lg:grid-cols-4"
			onSubmit={(event) => event.preventDefault()}
		>
			<div className="col-span-2 flex items-start gap-2 lg:col-span-4">
				<TextField
					{...fields}
					name="where"
					label="Filter"
					placeholder="platform = 'Sentinel-2A' AND cloudCover < 10"
					className="min-w-0 grow [&_input]:font-mono"
				/>
				<Menu trigger={<Button className="mt-6">Examples</Button>}>
					{examples.map((example) => (
						<MenuItem
							key={example}
							onSelect={() => onAsk({ where: asked.where === "" ? example : `${asked.where} AND ${example}` })}
						>
							<code>{example}</code>
						</MenuItem>
					))}
				</Menu>
			</div>
			<TextField {...fields} name="begin" label="From" placeholder="2026-10-01" />
			<TextField {...fields} name="end" label="Until" placeholder="2026-10-31" />
			<TextField {...fields} name="bbox" label="Box: west, south, east, north" placeholder="10,47,12,49" />
			<TextField {...fields} name="container" label="Container" placeholder="EO ID" list="search-containers" />
			<datalist id="search-containers">
				{containers.slice(0, 500).map(({ id, title }) => (
					<option key={id} value={id}>
						{title}
					</option>
				))}
			</datalist>
		</form>
	);
}

interface TextFieldProps extends Omit<SearchFiltersProps, "error"> {
	readonly name: keyof typeof unasked;
	readonly label: string;
	readonly placeholder: string;
	readonly list?: string;
	readonly className?: string;
	readonly errorOf: (field: keyof Asked) => string | undefined;
}

function TextField({ asked, onAsk, errorOf, name, label, placeholder, list, className }: TextFieldProps) {
	const given = asked[name];
	const [typed, setTyped] = useState(given);
	const [shown, setShown] = useState(given);
	// The address has changed: by Back, a link, or the timeline.
	if (shown !== given) {
		setShown(given);
		setTyped(given);
	}
	const take = () => {
		if (typed.trim() !== given) onAsk({ [name]: typed.trim() });
	};
	return (
		<Field label={label} error={errorOf(name)} {...(className === undefined ? {} : { className })}>
			{(control) => (
				<Input
					{...control}
					value={typed}
					placeholder={placeholder}
					list={list}
					spellCheck={false}
					autoComplete="off"
					onChange={(event) => setTyped(event.target.value)}
					onBlur={take}
					onKeyDown={(event) => {
						if (event.key === "Enter") take();
						if (event.key === "Escape") setTyped(given);
					}}
				/>
			)}
		</Field>
	);
}
