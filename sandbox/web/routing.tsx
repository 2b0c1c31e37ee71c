import { Anchor, type AnchorProps } from '@twilio-paste/core/anchor';
import * as React from 'react';

const RouterContext = React.createContext<{ path: string; go(path: string): void }>({ path: '/', go: () => undefined });

/** Keeps the address bar and the page in sync. The server returns the same document for every page's path. */
export const Router: React.FC = ({ children }) => {
  const [path, setPath] = React.useState(window.location.pathname);
  React.useEffect(() => {
    const onPop = () => setPath(window.location.pathname);
    window.addEventListener('popstate', onPop);
    return () => window.removeEventListener('popstate', onPop);
  }, []);
  const go = React.useCallback((to: string) => {
    window.history.pushState(null, '', to);
    setPath(to);
    window.scrollTo(0, 0);
  }, []);
  return <RouterContext.Provider value={{ path, go }}>{children}</RouterContext.Provider>;
};

export const usePath = () => React.useContext(RouterContext).path;
export const useNavigate = () => React.useContext(RouterContext).go;

/** Handles a plain click on a link. With a modifier key the browser opens a tab as usual. */
export function useLinkHandler(to: string): (event: React.MouseEvent) => void {
  const go = useNavigate();
  return (event) => {
    if (
      event.defaultPrevented ||
      event.button !== 0 ||
      event.metaKey ||
      event.ctrlKey ||
      event.shiftKey ||
      event.altKey
    ) {
      return;
    }
    event.preventDefault();
    go(to);
  };
}

/** A link to another page of the sandbox. */
export const PageAnchor: React.FC<Omit<AnchorProps, 'onClick'>> = (props) => (
  <Anchor {...props} onClick={useLinkHandler(props.href)} />
);

/** The document's title while a page is shown. */
export function useTitle(title: string): void {
  React.useEffect(() => {
    document.title = `${title} – Twilio sandbox`;
  }, [title]);
}
