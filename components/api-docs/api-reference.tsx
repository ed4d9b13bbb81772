import Link from "next/link";
import { ownAddress } from "#components/ui/address/own-address.ts";
import { Button } from "#components/ui/button.tsx";
import type { CallReference } from "#lib/api/reference.ts";
import { ApiCall } from "./api-call.tsx";
import { Command } from "./command.tsx";

interface ApiReferenceProps {
	readonly calls: readonly CallReference[];
	readonly problems: readonly { readonly code: string; readonly status: number; readonly title: string }[];
	/** Where users reach the dashboard, an origin. */
	readonly server: string;
}

/** The REST API for people. */
export function ApiReference({ calls, problems, server }: ApiReferenceProps) {
	const tags = [...new Set(calls.map(({ tag }) => tag))];
	return (
		<div className="mx-auto max-w-4xl space-y-5">
			<div className="flex flex-wrap items-center justify-between gap-3">
				<h1 className="font-semibold text-lg">REST API</h1>
				<Button asChild>
					<a href={ownAddress("/api/v1/openapi.json")}>OpenAPI 3.1</a>
				</Button>
			</div>
			<div className="max-w-prose space-y-2">
				<p>
					Programs can do what people do in the dashboard: look, check, sync, apply, approve, cancel and revert. Each
					call needs an API token, which you make on{" "}
					<Link href="/account" className="underline">
						your account
					</Link>
					; session cookies are not accepted.
				</p>
				<p>
					Lists come in pages: send <code className="font-mono">next</code> of one page as{" "}
					<code className="font-mono">after</code> of the next call, until it is null. A sync or check is queued and
					carried out by a worker; while a run of the container is active, another request joins it (
					<code className="font-mono">joined</code>). A token may call 100 times at once and 5 times a second in the
					long run.
				</p>
				<p>
					What is published is also served to clients of STAC and OGC API - Features, at{" "}
					<a href={ownAddress("/stac")} className="break-all font-mono underline">
						{server}/stac
					</a>{" "}
					(
					<a href={ownAddress("/stac/api.html")} className="underline">
						its calls
					</a>
					).
				</p>
			</div>
			<Command
				text={`export EOSYNC_TOKEN=eos_…\ncurl -H "Authorization: Bearer $EOSYNC_TOKEN" ${server}/api/v1/containers`}
			/>
			<nav aria-label="Calls">
				<ul className="columns-1 gap-6 sm:columns-2">
					{calls.map(({ id, method, path }) => (
						<li key={id} className="break-inside-avoid py-0.5">
							<a href={`#${id}`} className="break-all font-mono text-fine hover:underline">
								<span className="inline-block w-14 text-faint">{method}</span>
								{path.replace("/api/v1", "")}
							</a>
						</li>
					))}
				</ul>
			</nav>
			{tags.map((tag) => (
				<section key={tag} aria-label={tag} className="space-y-3">
					<h2 className="font-semibold">{tag}</h2>
					{calls
						.filter((call) => call.tag === tag)
						.map((call) => (
							<ApiCall key={call.id} call={call} />
						))}
				</section>
			))}
			<section aria-label="Refusals" className="space-y-2">
				<h2 className="font-semibold">Refusals</h2>
				<p className="max-w-prose">
					As RFC 9457 problems, <code className="font-mono">application/problem+json</code>: branch by{" "}
					<code className="font-mono">code</code>, show <code className="font-mono">detail</code>.
				</p>
				<dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-6 gap-y-1">
					{problems.map(({ code, status, title }) => (
						<div key={code} className="contents">
							<dt className="font-mono text-fine">
								{status} {code}
							</dt>
							<dd>{title}.</dd>
						</div>
					))}
				</dl>
			</section>
		</div>
	);
}
