/**
 * The other end of an agent's calls, in the agent's own page: a second RTCPeerConnection that offers a soft tone to
 * Twilio's Voice SDK. The offer and the answer go through the sandbox, which speaks the SDK's protocol
 * (docs/flex-protocols.md 7). No sound crosses between the agent and the telephone page.
 */
export type RemotePeerCommand =
  | { act: 'call'; callSid: string }
  | { act: 'answer'; callSid: string; sdp: string }
  | { act: 'end'; callSid: string };
export interface RemotePeerOffer {
  act: 'offer';
  callSid: string;
  sdp: string;
}

const TONE_VOLUME = 0.02;
/** Candidates of a connection within one page are found at once. Limits the wait for browsers that do not report it. */
const ICE_GATHERING_TIMEOUT_MS = 1500;
const RECONNECT_MS = 2000;

/** @param pageId see `createRedirect` */
export function connectRemotePeer(pageId: string): void {
  const calls = new Map<string, { peer: RTCPeerConnection; sound: AudioContext }>();
  const end = (callSid: string) => {
    const call = calls.get(callSid);
    calls.delete(callSid);
    call?.peer.close();
    void call?.sound.close();
  };

  const offer = async (callSid: string): Promise<string> => {
    const peer = new RTCPeerConnection();
    const sound = new AudioContext();
    calls.set(callSid, { peer, sound });
    const tone = sound.createOscillator();
    const volume = sound.createGain();
    const out = sound.createMediaStreamDestination();
    volume.gain.value = TONE_VOLUME;
    tone.connect(volume).connect(out);
    tone.start();
    for (const track of out.stream.getTracks()) peer.addTrack(track, out.stream);
    await peer.setLocalDescription(await peer.createOffer());
    if (peer.iceGatheringState !== 'complete') {
      await new Promise<void>((resolve) => {
        peer.addEventListener('icegatheringstatechange', () => {
          if (peer.iceGatheringState === 'complete') resolve();
        });
        setTimeout(resolve, ICE_GATHERING_TIMEOUT_MS);
      });
    }
    return peer.localDescription!.sdp;
  };

  const connect = () => {
    const socket = new WebSocket(`${location.origin.replace(/^http/, 'ws')}/remote-peer?flex-page=${pageId}`);
    socket.onmessage = ({ data }) => {
      const message = JSON.parse(data as string) as RemotePeerCommand;
      if (message.act === 'end') end(message.callSid);
      else if (message.act === 'answer') {
        void calls.get(message.callSid)?.peer.setRemoteDescription({ type: 'answer', sdp: message.sdp });
      } else {
        void offer(message.callSid).then((sdp) => {
          const answer: RemotePeerOffer = { act: 'offer', callSid: message.callSid, sdp };
          socket.send(JSON.stringify(answer));
        });
      }
    };
    socket.onclose = () => {
      for (const callSid of [...calls.keys()]) end(callSid);
      setTimeout(connect, RECONNECT_MS);
    };
  };
  connect();
}
