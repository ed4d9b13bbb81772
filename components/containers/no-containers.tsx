"use client";

import Link from "next/link";
import { May } from "#components/access/user-context.tsx";
import { Button } from "#components/ui/button.tsx";
import { useCommandName } from "#components/ui/command-name.tsx";
import { Copyable } from "#components/ui/copying/copyable.tsx";
import { EmptyState } from "#components/ui/states/empty-state.tsx";

const commands = ["init FOLDER", "configure FILE.yaml", "sync --all"];

export function NoContainers() {
	const name = useCommandName();
	return (
		<div className="rounded-md border bg-surface">
			<EmptyState
				title="No containers yet"
				action={
					<May act="containers.create">
						<Button asChild variant="primary">
							<Link href="/containers/from-folder">Add from a folder</Link>
						</Button>
						<Button asChild>
							<Link href="/containers/new">Add container</Link>
						</Button>
					</May>
				}
			>
				<p>
					A container lists the folders of your storages that belong to it; a sync brings the catalogue in line with
					them. Choose a folder, and eosync suggests what to make of it; or describe storages and containers in a file:
				</p>
				<ul className="mt-3 inline-flex flex-col items-start gap-1 text-left">
					{commands.map((command) => (
						<li key={command} className="flex items-center gap-2">
							<span aria-hidden className="text-faint">
								$
							</span>
							<Copyable text={`${name} ${command}`} label={`${name} ${command}`} className="text-text" />
						</li>
					))}
				</ul>
			</EmptyState>
		</div>
	);
}
