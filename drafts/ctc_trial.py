"""trial.py seed epochs units lr [flags]"""
import sys, time, os
sys.path.insert(0,'.')
from utils import env
env.quiet
import keras, numpy as np
from keras import layers, ops
from utils.sound import recognition as R, strings as S, noises, clips
from utils.models import ctc, language_model
from utils.sound.commands import command
from utils import metrics
seed=int(sys.argv[1]); m=int(sys.argv[2]); epochs=int(sys.argv[3]); units=int(sys.argv[4]); lr=float(sys.argv[5]); batch=int(sys.argv[6]); flags=sys.argv[7:]
keras.utils.set_random_seed(seed)
rng=np.random.default_rng([seed,1])
c0=time.process_time(); w0=time.time()
tr=S.load_strings("training"); va=S.load_strings("validation"); te=S.load_strings("test")
talk={k:S.words_of(v) for k,v in (("training",tr),("validation",va),("test",te))}
mix=R.Mixer(tr,noises.TRAINING,talk["training"],rng)
print('mixer cpu',time.process_time()-c0)
T=208
ex=mix.draw(m,T); print('drawn',m,'cpu',time.process_time()-c0,'frames mean',ex.y[:,-1].mean(), 'x mean/std', ex.x[ex.x!=0].mean(), ex.x[ex.x!=0].std())
KERNEL,STRIDE=11,3
if 's4' in flags: KERNEL,STRIDE=11,4
if 's2' in flags: KERNEL,STRIDE=9,2
def outs(n): return (n+STRIDE-1)//STRIDE
def build(two=True):
    x=keras.Input((None,40))
    a=layers.Conv1D(96,KERNEL,strides=STRIDE,padding="same",activation="relu")(x)
    if 'drop' in flags: a=layers.SpatialDropout1D(.1)(a)
    for _ in range(2):
        g=layers.GRU(units if two else int(units*1.6),return_sequences=True)
        a=layers.Bidirectional(g)(a) if two else g(a)
        if 'drop' in flags: a=layers.Dropout(.2)(a)
    return keras.Model(x,layers.Dense(len(R.LETTERS))(a))
def ctc_loss(y,logits):
    y=ops.cast(y,"int32")
    return ops.ctc_loss(y[:,:-2],logits,y[:,-2],y[:,-1],mask_index=0)
def steps_y(y):
    y=y.copy(); y[:,-1]=outs(y[:,-1]); return y
model=build('one' not in flags)
n=epochs*m//batch
sched=keras.optimizers.schedules.CosineDecay(0.0, n-n//10, warmup_target=lr, warmup_steps=n//10)
model.compile(keras.optimizers.Adam(sched,beta_2=.98,global_clipnorm=1.0),loss=ctc_loss,jit_compile=('xla' in flags))
y=steps_y(ex.y)
need=np.array([ (row[:k][1:]==row[:k][:-1]).sum()+k for row,k in zip(ex.y,ex.y[:,-2])])
print('impossible', (need>y[:,-1]).sum())
c1=time.process_time(); w1=time.time()
if 'fresh' in flags:
    model.stop=False
h=model.fit(ex.x,y,batch_size=batch,epochs=epochs,verbose=0,callbacks=[keras.callbacks.LambdaCallback(on_train_batch_end=lambda b,logs=None: print(b,round(float(logs['loss']),1),'cpu %.1f'%(time.process_time()-c1),'wall %.1f'%(time.time()-w1),flush=True) if b%20==0 else None)])
print('train cpu %.1f wall %.1f'%(time.process_time()-c1,time.time()-w1), 'loss',[round(v,2) for v in h.history['loss']])
def lp(xs,texts):
    p=R.packed(xs,texts); z=ops.convert_to_numpy(model.predict(p.x,verbose=0,batch_size=64)).astype(float)
    z=z-np.logaddexp.reduce(z,axis=-1,keepdims=True)
    return [a[:outs(n)] for a,n in zip(z,p.y[:,-1])]
def wer(texts,heard): return metrics.error_rate([t.split() for t in texts],[t.split() for t in heard])
def dec(f,lps): return ["".join(R.LETTERS.tokens[i] for i in f(l)) for l in lps]
r=np.random.default_rng([seed,2])
lm_r=np.random.default_rng([seed,3])
lmtexts=[R.LETTERS.encode(" ".join(command(lm_r))) for _ in range(3000)]
step=language_model.kneser_ney(lmtexts,len(R.LETTERS),6)
hu=S.human_strings(60,np.random.default_rng([9,9]))
sets={'val quiet':(R.in_quiet(va,r),va),'val noise':(R.in_noise(va,noises.VALIDATION,(0,5),talk["validation"],r),va),
 'test quiet':(R.in_quiet(te,r),te),'test noise':(R.in_noise(te*2,noises.HELD_OUT,(0,5),talk["test"],r),te*2),'human':(R.in_quiet(hu,r),hu)}
save={}
for name,(xs,us) in sets.items():
    t=[u.text for u in us]; c=time.process_time(); l=lp(xs,t); save[name]=(l,t)
    g=dec(ctc.greedy,l); print(f'{name:11} greedy wer {wer(t,g):.3f} cer {metrics.error_rate(t,g):.3f}',end=' ')
    for wgt,bonus in ((.5,.5),(.8,1.0)):
        c=time.process_time(); b=dec(lambda q: ctc.prefix_beam(q,8,LM[wgt,bonus],-6.),l) if (LM:=globals().setdefault('LM',{})).setdefault((wgt,bonus),ctc.language(step,wgt,bonus)) else 0
        print(f'beam {wgt},{bonus}: {wer(t,b):.3f}',end=' ')
    print('decode cpu %.1f'%(time.process_time()-c), g[:2], t[:2])
print('total cpu',time.process_time()-c0)
import pickle; pickle.dump(save,open(f'/tmp/ctc/save{seed}_{units}_{"_".join(flags)}.pkl','wb')); model.save(f'/tmp/ctc/m{seed}_{units}_{"_".join(flags)}.keras')
