#!/usr/bin/env bash
# Makes the backup of a version that upgrade.test.ts restores; npm run release does so. By hand, in a checkout of that version, after npm ci:
#   bash make-backup.sh /tmp/backup.eosync
# Its history has a first sync, an archive that changed, a sync of one container that was reverted, and a check of all.
set -euo pipefail
out=$1
folder=$(mktemp -d)
unset DATABASE_URL # The catalogue is an embedded one of its own, never that of who makes it.
export EOSYNC_HOME=$folder/home EOSYNC_SECRET=the-secret-of-the-upgrade-test LOG_LEVEL=warn
trap 'rm -rf "$folder"' EXIT
make() { node --input-type=module -e "const { $1: make } = await import('./lib/demo/archive.ts'); make(process.argv[1])" "$folder/archive"; }
eosync() { node lib/cli/main.js "$@"; }
mkdir "$folder/archive"
make writeDemoArchive
node --input-type=module -e "const { demoConfiguration } = await import('./lib/demo/configuration.ts'); console.log(demoConfiguration())" > "$folder/eosync.yaml"
eosync configure "$folder/eosync.yaml"
eosync sync --all
make mutateDemoArchive
eosync sync S2_MSI_L1C
run=$(eosync runs --container S2_MSI_L1C --json | head -1 | node -e 'process.stdin.on("data", (text) => console.log(JSON.parse(text).run))')
eosync revert "$run"
eosync check --all || true
printf 'a password of the upgrade test' | eosync users add olga --role operator || true
eosync backup "$out"
