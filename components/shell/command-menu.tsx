"use client";

import { Command } from "cmdk";
import { ArrowRight, Bookmark, Box, ListTree, Play, RefreshCw, SearchCheck, Zap } from "lucide-react";
import { useRouter } from "next/navigation";
import { Dialog as Radix } from "radix-ui";
import { useState } from "react";
import { useUser } from "#components/access/user-context.tsx";
import { useAllContainers } from "#components/containers/use-containers.ts";
import { type RequestRuns, useRequestRuns } from "#components/containers/use-request-runs.tsx";
import { ContainerStateLabel } from "#components/state.tsx";
import { useReturnFocus } from "#components/ui/dialogs/use-return-focus.ts";
import { mayLeave } from "#components/ui/form/unsaved.ts";
import { useViews, viewHref } from "#components/views/use-views.ts";
import { may, type Permission } from "#lib/access/permissions.ts";
import { CommandGroup as Group, CommandItem as Item } from "./command-item.tsx";
import { FoundDatasets, shortestSearch } from "./found-datasets.tsx";
import { pagesFor } from "./navigation.tsx";
import { pageActions } from "./page-actions.ts";
import { useShortcuts } from "./shortcuts.ts";

interface CommandMenuProps {
	readonly open: boolean;
	readonly onOpenChange: (open: boolean) => void;
	readonly requestRuns: RequestRuns;
}

/** Ctrl K: every action of the page that is open; go to a container, a dataset (also one that is gone), a run, a saved view or a page; sync and check. */
export function CommandMenu({ open, onOpenChange, requestRuns }: CommandMenuProps) {
	const { remember, onCloseAutoFocus } = useReturnFocus();
	useShortcuts({ "Ctrl+k": () => onOpenChange(!open) });
	return (
		<Radix.Root open={open} onOpenChange={onOpenChange}>
			<Radix.Portal>
				<Radix.Overlay className="fixed inset-0 z-40 bg-black/40 dark:bg-black/60" />
				<Radix.Content
					onOpenAutoFocus={remember}
					onCloseAutoFocus={onCloseAutoFocus}
					aria-describedby={undefined}
					className="fixed top-[12dvh] left-1/2 z-50 w-[calc(100vw-1.5rem)] max-w-xl -translate-x-1/2 overflow-hidden rounded-lg border bg-surface shadow-2xl outline-none"
				>
					<Radix.Title className="sr-only">Command menu</Radix.Title>
					<Commands close={() => onOpenChange(false)} requestRuns={requestRuns} />
				</Radix.Content>
			</Radix.Portal>
		</Radix.Root>
	);
}

/** Of so many containers only the first matches are drawn: the list stays fast with thousands. */
const mostContainers = 12;
const mostOfPage = 20;
const focusReturnsMs = 30;

function Commands({ close, requestRuns }: { readonly close: () => void; readonly requestRuns: RequestRuns }) {
	const [text, setText] = useState("");
	const { role } = useUser();
	const allowed = (act: Permission) => may(role, act);
	const router = useRouter();
	const views = useViews();
	const { request } = useRequestRuns(requestRuns);
	const containers = useAllContainers();
	const words = text.trim().toLowerCase();
	const matches = (label: string) => label.toLowerCase().includes(words);
	const found = containers.filter(({ id, title }) => matches(`${id} ${title}`)).slice(0, mostContainers);
	const batch = Number(/^batch\s*#?(\d{1,15})$/.exec(words)?.[1] ?? 0);
	const run = Number(/^(?:run\s*)?#?(\d{1,15})$/.exec(words)?.[1] ?? 0);
	// The page below stands still while the menu is open.
	const [own] = useState(pageActions);
	const ofPage = own
		.filter(({ label, act }) => (act === undefined || allowed(act)) && matches(label))
		.slice(0, mostOfPage);
	const commands = [
		{ label: "Sync all", icon: <RefreshCw />, go: () => request("all", "sync") },
		{ label: "Check all", icon: <SearchCheck />, go: () => request("all", "check") },
	].filter(({ label }) => allowed("runs.request") && matches(label));
	const foundViews = views.filter(({ name }) => matches(name)).slice(0, mostOfPage);
	const targets = [
		...pagesFor(role).map(({ href, label }) => ({ label, href })),
		{ label: "Duplicates", href: "/storages/duplicates" },
		...(allowed("containers.create") ? [{ label: "Add a container", href: "/containers/new" }] : []),
		{ label: "Your account", href: "/account" },
		{ label: "REST API", href: "/api-docs" },
	].filter(({ label }) => matches(label));

	function go(href: string) {
		if (mayLeave()) router.push(href);
	}
	function choose(action: () => void) {
		close();
		// What it opens takes the focus once this menu has given it back.
		setTimeout(action, focusReturnsMs);
	}
	return (
		<Command shouldFilter={false} label="Command menu" loop>
			<Command.Input
				value={text}
				onValueChange={setText}
				placeholder="Container, dataset, run number, page or command"
				className="h-11 w-full border-b bg-transparent px-4 text-sm outline-none placeholder:text-faint"
			/>
			<Command.List className="max-h-[60dvh] overflow-y-auto p-1.5">
				{text.trim().length < shortestSearch ? (
					<Command.Empty className="px-2.5 py-6 text-center text-muted">No match for “{text}”.</Command.Empty>
				) : null}
				{run > 0 ? (
					<Item value={`run-${run}`} icon={<Play />} onSelect={() => choose(() => go(`/runs/${run}`))}>
						Run {run}
					</Item>
				) : null}
				<Group heading="On this page" show={ofPage.length > 0}>
					{ofPage.map(({ label, icon, go }) => (
						<Item key={label} value={`page-${label}`} icon={icon ?? <Zap />} onSelect={() => choose(go)}>
							<span className="truncate">{label}</span>
						</Item>
					))}
				</Group>
				<Group heading="Views" show={foundViews.length > 0}>
					{foundViews.map((view) => (
						<Item
							key={view.id}
							value={`view-${view.id}`}
							icon={<Bookmark />}
							onSelect={() => choose(() => go(viewHref(view)))}
						>
							<span className="truncate">{view.name}</span>
							<span className="ml-auto shrink-0 text-fine text-muted">
								{pagesFor(role).find(({ href }) => href === view.page)?.label}
								{view.shared ? ", shared" : ""}
							</span>
						</Item>
					))}
				</Group>
				{batch > 0 ? (
					<Item value={`batch-${batch}`} icon={<ListTree />} onSelect={() => choose(() => go(`/batches/${batch}`))}>
						Batch {batch}
					</Item>
				) : null}
				<Group heading="Containers" show={found.length > 0}>
					{found.map(({ id, title, state }) => (
						<Item
							key={id}
							value={`container-${id}`}
							icon={<Box />}
							onSelect={() => choose(() => go(`/containers/${encodeURIComponent(id)}`))}
						>
							<span className="truncate font-mono text-fine">{id}</span>
							<span className="truncate text-muted">{title}</span>
							<span className="ml-auto">
								<ContainerStateLabel state={state} />
							</span>
						</Item>
					))}
				</Group>
				<FoundDatasets search={text.trim()} onChoose={(href) => choose(() => go(href))} />
				<Group heading="Pages" show={targets.length > 0}>
					{targets.map(({ href, label }) => (
						<Item key={href} value={href} icon={<ArrowRight />} onSelect={() => choose(() => go(href))}>
							{label}
						</Item>
					))}
				</Group>
				<Group heading="Commands" show={commands.length > 0}>
					{commands.map(({ label, icon, go }) => (
						<Item key={label} value={label} icon={icon} onSelect={() => choose(go)}>
							{label}
						</Item>
					))}
				</Group>
			</Command.List>
		</Command>
	);
}
