import { Suspense } from "react";
import { signedIn } from "#app/access/signed-in.ts";
import {
	deleteChannelAction,
	saveChannelAction,
	saveDefaultScheduleAction,
	testChannelAction,
} from "#app/actions/settings.ts";
import { catalog } from "#app/catalog.ts";
import { ChannelsSection } from "#components/notifications/channels-section.tsx";
import { BackupsSection } from "#components/settings/backups-section.tsx";
import { DefaultScheduleForm } from "#components/settings/default-schedule-form.tsx";
import { SettingsView } from "#components/settings/settings-view.tsx";
import { SkeletonRows } from "#components/ui/states/skeleton.tsx";
import { may } from "#lib/access/permissions.ts";
import { listChannels } from "#lib/catalog/channels/channels.ts";
import { serverFacts } from "#lib/catalog/database/server-facts.ts";
import { defaultSchedule, defaultScheduleVersion } from "#lib/catalog/schedules/default-schedule.ts";
import { readEnv } from "#lib/env.ts";
import { commandName } from "#lib/installation.ts";
import { backupsView, readBackups } from "#lib/operations/backup-plan.ts";
import program from "../../package.json";

/** Users who may not edit notification channels do not see their addresses either. */
export default async function SettingsPage() {
	const { role } = await signedIn();
	const { home, logLevel } = readEnv();
	const database = await catalog();
	const host = new URL(database.url).searchParams.get("host") ?? new URL(database.url).host;
	const [{ schedule }, server] = await Promise.all([defaultSchedule(database), serverFacts(database)]);
	return (
		<SettingsView {...{ version: program.version, server, host, home, logLevel, commandName }}>
			<DefaultScheduleForm
				schedule={schedule}
				version={defaultScheduleVersion({ schedule })}
				save={saveDefaultScheduleAction}
			/>
			{may(role, "settings.update") ? (
				<BackupsSection backups={backupsView(await readBackups(database))} commandName={commandName} />
			) : null}
			{may(role, "channels.edit") ? (
				<Suspense fallback={<SkeletonRows rows={3} />}>
					<Channels channels={listChannels(database)} />
				</Suspense>
			) : null}
		</SettingsView>
	);
}

async function Channels({ channels }: { readonly channels: ReturnType<typeof listChannels> }) {
	const actions = { save: saveChannelAction, remove: deleteChannelAction, test: testChannelAction };
	return <ChannelsSection channels={await channels} actions={actions} />;
}
