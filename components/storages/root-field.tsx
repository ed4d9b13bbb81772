"use client";

import { useId, useState } from "react";
import { Button } from "#components/ui/button.tsx";
import type { FieldControl } from "#components/ui/form/field.tsx";
import { Input } from "#components/ui/form/input.tsx";
import { FolderBrowser } from "./folder-browser.tsx";

interface RootFieldProps {
	readonly control: FieldControl;
	readonly value: string;
	readonly placeholder: string | undefined;
	readonly onChange: (to: string) => void;
}

/** The root of a local storage: typed, or chosen among the folders of the machine that the dashboard runs on. */
export function RootField({ control, value, placeholder, onChange }: RootFieldProps) {
	const [isOpen, setOpen] = useState(false);
	const [path, setPath] = useState("");
	const list = useId();
	return (
		<div className="space-y-2">
			<div className="flex gap-1.5">
				<Input
					{...control}
					value={value}
					placeholder={placeholder}
					autoComplete="off"
					spellCheck={false}
					className="min-w-0 flex-1 font-mono text-fine!"
					onChange={(event) => onChange(event.target.value)}
				/>
				<Button
					aria-expanded={isOpen}
					aria-controls={isOpen ? list : undefined}
					onClick={() => {
						setPath(value.split("/").filter(Boolean).join("/"));
						setOpen(!isOpen);
					}}
				>
					Choose …
				</Button>
			</div>
			{isOpen ? (
				<div id={list} className="rounded-md border p-2">
					<FolderBrowser
						place="/"
						url={(asked) => `/api/root-folders?${new URLSearchParams(asked)}`}
						top="/"
						path={path}
						onOpen={setPath}
						hint="These are folders of the machine that the dashboard runs on."
					>
						{(listing) => (
							<Button
								disabled={listing === undefined}
								onClick={() => {
									onChange(`/${path}`);
									setOpen(false);
								}}
							>
								{path === "" ? "Take /" : `Take ${path.split("/").at(-1)?.slice(0, 40)}`}
							</Button>
						)}
					</FolderBrowser>
				</div>
			) : null}
		</div>
	);
}
