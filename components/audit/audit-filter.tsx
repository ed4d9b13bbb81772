"use client";

import { z } from "zod";
import { Button } from "#components/ui/button.tsx";
import { Input, Select } from "#components/ui/form/input.tsx";
import { SearchField } from "#components/virtual-list/search-field.tsx";
import { areas } from "./audit-words.ts";

export type AuditFilterState = {
	readonly who: string;
	readonly area: string;
	readonly object: string;
	readonly outcome: string;
	/** Days, `2026-11-22`, UTC; both included. */
	readonly from: string;
	readonly to: string;
};

export const noAuditFilter: AuditFilterState = { who: "", area: "", object: "", outcome: "", from: "", to: "" };

/** Leaves out days of the address that are none. */
export function filterOf(address: AuditFilterState): AuditFilterState {
	const day = (text: string) => (z.iso.date().safeParse(text).success ? text : "");
	return { ...address, from: day(address.from), to: day(address.to) };
}

/** The filter as the server's query. */
export function filterParameters({ who, area, object, outcome, from, to }: AuditFilterState): Record<string, string> {
	const all = {
		who,
		area,
		object,
		outcome,
		begin: from === "" ? "" : `${from}T00:00:00Z`,
		end: to === "" ? "" : `${to}T23:59:59.999999Z`,
	};
	return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ""));
}

interface AuditFilterProps {
	readonly filter: AuditFilterState;
	/** The empty filter. */
	readonly isDefault: boolean;
	/** A step that Back takes back. */
	readonly onChange: (change: Partial<AuditFilterState>) => void;
	/** What is typed. */
	readonly onType: (change: Partial<AuditFilterState>) => void;
}

export function AuditFilterForm({ filter, isDefault, onChange: set, onType }: AuditFilterProps) {
	return (
		<search className="flex flex-wrap items-center gap-2">
			<SearchField
				label="Who"
				placeholder="Who: user or token"
				search={filter.who}
				onSearch={(who) => onType({ who })}
			/>
			<Select
				aria-label="What"
				className="w-36!"
				value={filter.area}
				onChange={(event) => set({ area: event.target.value })}
			>
				<option value="">Everything</option>
				{areas.map(([area, label]) => (
					<option key={area} value={area}>
						{label}
					</option>
				))}
			</Select>
			<SearchField
				label="Object"
				placeholder="Object: name, ID, run"
				search={filter.object}
				shortcut={false}
				onSearch={(object) => onType({ object })}
			/>
			<Select
				aria-label="Outcome"
				className="w-36!"
				value={filter.outcome}
				onChange={(event) => set({ outcome: event.target.value })}
			>
				<option value="">Any outcome</option>
				<option>done</option>
				<option>refused</option>
				<option>failed</option>
				<option value="begun">outcome unknown</option>
			</Select>
			{(["from", "to"] as const).map((field) => (
				<Input
					key={field}
					type="date"
					aria-label={field === "from" ? "From (day, UTC)" : "To (day, UTC)"}
					title={field === "from" ? "From this day, UTC" : "Up to this day, UTC"}
					className="w-32!"
					value={filter[field]}
					onChange={(event) => onType({ [field]: event.target.value })}
				/>
			))}
			{isDefault ? null : <Button onClick={() => set(noAuditFilter)}>Clear</Button>}
		</search>
	);
}
