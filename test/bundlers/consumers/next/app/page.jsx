import { Instrument } from './instrument.jsx';

export default function Page() {
  return <Instrument />;
}
