import { answerRequests } from "#lib/storage/threads/thread-port.ts";
import { runTask } from "./task.ts";

answerRequests(runTask);
