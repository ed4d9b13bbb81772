import { expect, test } from "vitest";
import { signatureHeaders } from "./webhook-signature.ts";

test("signs as the specification's own example has it", () => {
	const message = { id: "msg_p5jXN8AQM9LWM0D4loKWxJek", seconds: 1614265330, body: '{"test": 2432232314}' };
	expect(signatureHeaders("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", message)).toEqual({
		"webhook-id": message.id,
		"webhook-timestamp": "1614265330",
		"webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
	});
});

test("without a secret there is no signature", () => {
	expect(signatureHeaders(null, { id: "a", seconds: 1, body: "" })).toEqual({
		"webhook-id": "a",
		"webhook-timestamp": "1",
	});
});
