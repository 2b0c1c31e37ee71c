// BullMQ's client, loaded at its first use (ADR 0040). The package's index would add its Postgres backend, its worker and
// more: a third of the text.
export { Queue } from 'bullmq/dist/esm/classes/queue';
export { Redis } from 'ioredis';
