import { perform } from "./task.ts";
import { answerRequests } from "#lib/storage/threads/thread-port.ts";

answerRequests(perform);
