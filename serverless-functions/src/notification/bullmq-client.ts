// BullMQ's client, loaded at its first use (ADR 0040).
export { Queue } from 'bullmq';
export { Redis } from 'ioredis';
