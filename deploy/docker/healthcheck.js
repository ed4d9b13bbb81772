// The image's HEALTHCHECK: whether the dashboard of this container is ready, also below the path of EOSYNC_URL. Workers may be elsewhere.
// biome-ignore lint/style/noProcessEnv: nothing of the program is loaded for a look every ten seconds
const { EOSYNC_URL, PORT } = process.env;
const path = EOSYNC_URL ? new URL(EOSYNC_URL).pathname.replace(/\/$/, "") : "";
const answer = await fetch(`http://127.0.0.1:${PORT || 3000}${path}/api/ready?worker=optional`);
process.exitCode = answer.ok ? 0 : 1;
