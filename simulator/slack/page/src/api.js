// What the page asks of the simulator, and what it is told.
import { useEffect, useState } from "react";

export async function act(deed, body) {
  const answer = await fetch(`/page/${deed}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  return answer.json();
}

export function useWorkspace(user) {
  const [workspace, setWorkspace] = useState(null);
  useEffect(() => {
    let socket;
    let ended = false;
    const open = () => {
      const scheme = location.protocol === "https:" ? "wss" : "ws";
      socket = new WebSocket(`${scheme}://${location.host}/page/live?user=${user}`);
      socket.onmessage = (event) => setWorkspace(JSON.parse(event.data));
      socket.onclose = () => !ended && setTimeout(open, 500);
    };
    open();
    return () => {
      ended = true;
      socket.close();
    };
  }, [user]);
  return workspace;
}
