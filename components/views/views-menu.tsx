"use client";

import { useQueryClient } from "@tanstack/react-query";
import { Bookmark, BookmarkPlus, Settings2, Users } from "lucide-react";
import { useState } from "react";
import { queryKeys } from "#components/live/query-keys.ts";
import { useAddressParameters } from "#components/ui/address/use-address-parameters.ts";
import { Button } from "#components/ui/button.tsx";
import { Menu, MenuItem, MenuLink } from "#components/ui/menu.tsx";
import type { SavedViewInput } from "#lib/access/inputs.ts";
import { ManageViews } from "./manage-views.tsx";
import { SaveView } from "./save-view.tsx";
import { useViews, viewHref } from "./use-views.ts";
import type { ViewActions } from "./view-actions.ts";

interface ViewsMenuProps {
	readonly page: SavedViewInput["page"];
	readonly actions: ViewActions;
}

/** The saved views of a list page; saves what the page shows as one. */
export function ViewsMenu({ page, actions }: ViewsMenuProps) {
	const [open, setOpen] = useState<"save" | "manage" | null>(null);
	const client = useQueryClient();
	const query = useAddressParameters().toString();
	const views = useViews().filter((view) => view.page === page);
	const current = views.find((view) => inOrder(view.query) === inOrder(query));
	const close = () => setOpen(null);
	const read = () => client.invalidateQueries({ queryKey: queryKeys.views });
	return (
		<>
			<Menu
				align="start"
				trigger={
					<Button variant="quiet" aria-label={current ? `Views, now: ${current.name}` : "Views"} className="max-w-60">
						<Bookmark aria-hidden />
						<span className="truncate max-sm:hidden">{current?.name ?? "Views"}</span>
					</Button>
				}
			>
				{views.length === 0 ? (
					<p className="max-w-60 px-2 py-1.5 text-muted">
						Nothing is saved yet. A view is a filter and sort under a name.
					</p>
				) : (
					<div className="max-h-[50dvh] overflow-y-auto">
						{views.map((view) => (
							<MenuLink key={view.id} href={viewHref(view)} current={view === current}>
								<span className="flex min-w-0 items-center gap-2">
									<span className="truncate">{view.name}</span>
									{view.shared ? <Users aria-label="shared" className="size-3.5 shrink-0 text-faint" /> : null}
								</span>
							</MenuLink>
						))}
					</div>
				)}
				<div className="mt-1 border-t pt-1">
					<MenuItem onSelect={() => setOpen("save")}>
						<BookmarkPlus aria-hidden />
						Save this view…
					</MenuItem>
					{views.length > 0 ? (
						<MenuItem onSelect={() => setOpen("manage")}>
							<Settings2 aria-hidden />
							Delete views…
						</MenuItem>
					) : null}
				</div>
			</Menu>
			{open === "save" ? (
				<SaveView
					page={page}
					query={query}
					name={current?.name ?? ""}
					actions={actions}
					onSaved={read}
					onClose={close}
				/>
			) : null}
			{open === "manage" ? <ManageViews views={views} actions={actions} onDeleted={read} onClose={close} /> : null}
		</>
	);
}

/** The order in which a filter's parts were chosen does not matter. */
function inOrder(query: string): string {
	const parameters = new URLSearchParams(query);
	parameters.sort();
	return parameters.toString();
}
