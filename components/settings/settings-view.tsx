import type { ReactNode } from "react";
import { ShortcutList } from "#components/shell/shortcut-list.tsx";
import { Copyable } from "#components/ui/copying/copyable.tsx";
import { FormSection } from "#components/ui/form/form-section.tsx";
import { formatBytes } from "#components/ui/format.ts";
import type { ServerFacts } from "#lib/catalog/database/server-facts.ts";
import { formatPlural } from "#lib/numbers.ts";
import { SettingsFact, SettingsFacts } from "./settings-facts.tsx";

interface SettingsViewProps {
	/** The program's. */
	readonly version: string;
	readonly server: ServerFacts;
	/** Host and port, or the folder of the Unix socket. */
	readonly host: string;
	/** EOSYNC_HOME. */
	readonly home: string;
	readonly logLevel: string;
	/** How it is called on its command line. */
	readonly commandName: string;
	/** The settings that can be edited here. */
	readonly children: ReactNode;
}

/** The settings, and those of the environment, which are read-only; containers and storages are configured on their own pages. */
export function SettingsView(props: SettingsViewProps) {
	const { version, server, host, home, logLevel, commandName, children } = props;
	return (
		<div className="mx-auto max-w-3xl space-y-4">
			<h1 className="font-semibold text-lg">Settings</h1>
			{children}
			<FormSection title="This installation">
				<SettingsFacts>
					<SettingsFact name="eosync">{version}</SettingsFact>
					<SettingsFact name="PostgreSQL">{server.version}</SettingsFact>
					<SettingsFact name="Database">
						{server.database}, {formatBytes(server.size)},{" "}
						{host.startsWith("/") ? "through the Unix socket in " : "at "}
						<Copyable text={host} label="database host" />
					</SettingsFact>
					<SettingsFact name="EOSYNC_HOME">
						<Copyable text={home} label="EOSYNC_HOME" />
					</SettingsFact>
					<SettingsFact name="LOG_LEVEL">{logLevel}</SettingsFact>
					<SettingsFact name="Connected programs">
						{server.connected.length === 0 ? "none" : null}
						<ul>
							{server.connected.map(({ name, connections }) => (
								<li key={name}>
									{name} <span className="text-muted">({formatPlural(connections, "connection")})</span>
								</li>
							))}
						</ul>
					</SettingsFact>
				</SettingsFacts>
				<p className="mt-3 text-fine text-muted">
					These are read from the environment when eosync starts. To add a worker, run:{" "}
					<code className="font-mono">{commandName} worker</code>
				</p>
			</FormSection>
			<FormSection title="Keyboard">
				<ShortcutList />
			</FormSection>
		</div>
	);
}
