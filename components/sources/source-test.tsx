import { useState } from "react";
import { StorageTestResult } from "#components/storages/storage-test-result.tsx";
import { type TestAction, useTest } from "#components/storages/use-test.ts";
import { Button } from "#components/ui/button.tsx";
import { FormError } from "#components/ui/form-error.tsx";
import { type SourceInput, sourceInput } from "#lib/catalog/inputs.ts";
import { messagesInOneLine } from "#lib/validation-messages.ts";
import { draftToSource, type SourceDraft } from "./source-draft.ts";

interface SourceTestProps {
	readonly draft: SourceDraft;
	readonly onTest: TestAction<SourceInput>;
}

/** *Test* of a source whose container is not there yet. */
export function SourceTest({ draft, onTest }: SourceTestProps) {
	const test = useTest(onTest);
	const [error, setError] = useState<string | null>(null);
	function tryIt() {
		const parsed = sourceInput.safeParse(draftToSource(draft));
		setError(
			parsed.success ? null : `Some fields of the source are not valid yet: ${messagesInOneLine(parsed.error)}.`,
		);
		if (parsed.success) test.run(parsed.data);
	}
	return (
		<div className="mt-4 space-y-3">
			<Button pending={test.pending} onClick={tryIt}>
				Test
			</Button>
			<FormError error={error} />
			{error === null && test.test ? <StorageTestResult test={test.test} /> : null}
		</div>
	);
}
