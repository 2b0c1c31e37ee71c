import { decode, ExtData, encode } from '@msgpack/msgpack';

/**
 * Values as Terraform sends them: https://github.com/hashicorp/terraform/blob/main/docs/plugin-protocol/object-wire-format.md
 */
export interface DynamicValue {
  msgpack?: Uint8Array;
}
export type Value = null | string | number | boolean | ExtData;
/** The attributes of one resource, or null when there is none. */
export type State = Record<string, Value>;

/** A value that is known after an apply. */
export const UNKNOWN = new ExtData(0, new Uint8Array([0]));

/** Terraform may add what it knows of an unknown value, which makes another extension of MessagePack. */
export const isUnknown = (value: Value | undefined): value is ExtData => value instanceof ExtData;

export const encodeState = (state: State | null): DynamicValue => ({ msgpack: Buffer.from(encode(state)) });

/** @returns null for a resource that does not exist */
export const decodeState = (value: DynamicValue | null | undefined): State | null =>
  value?.msgpack === undefined || value.msgpack.length === 0 ? null : (decode(value.msgpack) as State | null);
