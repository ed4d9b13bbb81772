import { expect, test } from "vitest";
import { s3Config } from "#lib/storage/config.ts";
import { objectUrl, presign } from "./presign.ts";

// The example of the documentation (Amazon S3, "Authenticating Requests: Using Query Parameters").
test("an address is signed as Amazon's documentation does it", () => {
	const signed = presign(new URL("https://examplebucket.s3.amazonaws.com/test.txt"), {
		region: "us-east-1",
		credentials: { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY" },
		at: new Date("2013-05-24T00:00:00Z"),
		seconds: 86_400,
	});
	expect(new URL(signed).searchParams.get("X-Amz-Signature")).toBe(
		"aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404",
	);
});

test.each([
	[{ bucket: "scenes" }, "https://scenes.s3.us-east-1.amazonaws.com/a%20b/c%2B%28d%29.tif"],
	[{ bucket: "eo.scenes", region: "eu-1" }, "https://s3.eu-1.amazonaws.com/eo.scenes/a%20b/c%2B%28d%29.tif"],
	[
		{ bucket: "scenes", endpoint: "http://127.0.0.1:9000/s3/", pathStyle: true },
		"http://127.0.0.1:9000/s3/scenes/a%20b/c%2B%28d%29.tif",
	],
	[
		{ bucket: "scenes", requesterPays: true },
		"https://scenes.s3.us-east-1.amazonaws.com/a%20b/c%2B%28d%29.tif?x-amz-request-payer=requester",
	],
])("an object of %j", (config, url) => {
	expect(objectUrl(s3Config.parse({ type: "s3", ...config }), "a b/c+(d).tif").href).toBe(url);
});
