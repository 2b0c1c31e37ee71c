/**
 * Each Jest worker has its own range of ports, so that products that start together do not race for one. All files of a
 * worker use the same: what the browser keeps of a script, it keeps under the script's address.
 */
export const firstWorkerPort = (): number => 4_100 + 100 * Number(process.env.JEST_WORKER_ID ?? 0);

/** Where `npm start` opens the first worker's Flex, whose origin has the script: after the pages, Functions and gateway. */
export const firstFlexPort = (): number => firstWorkerPort() + 3;
